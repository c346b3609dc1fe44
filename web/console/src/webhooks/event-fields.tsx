// Which events a webhook is told of: in groups, each of which can be taken whole.
import { ActionIcon, Checkbox, Input } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '../locales/index.ts';
import type { HookEvent } from './api.ts';
import { allEvents, eventGroups, eventTitle, groups, type EventGroup } from './values.ts';

const words = t.webhooks;

interface Choice { value: readonly HookEvent[]; put: (events: readonly HookEvent[], on: boolean) => void }

function Group({ of, value, put, opens }: Choice & { of: EventGroup; opens: boolean }) {
  const [open, setOpen] = useState(opens), events: readonly HookEvent[] = eventGroups[of], title = words.groups[of];
  const n = events.filter((one) => value.includes(one)).length, Icon = open ? IconChevronUp : IconChevronDown;
  return <div role="group" aria-label={title} className="event-group">
    <div className="event-group-head">
      <Checkbox label={title} name={of === groups[0] ? 'events' : undefined} checked={n === events.length} indeterminate={n > 0 && n < events.length}
        onChange={(event) => put(events, event.currentTarget.checked)} />
      <span className="grow" /><span className="none">{words.chosen(n, events.length)}</span>
      <ActionIcon aria-label={`${open ? t.common.hide : t.common.show}: ${title}`} aria-expanded={open} onClick={() => setOpen(!open)}><Icon size={16} stroke={1.5} /></ActionIcon>
    </div>
    {open && <div className="checks">{events.map((one) => <Checkbox key={one} label={eventTitle(one)} description={<code>{one}</code>} checked={value.includes(one)}
      onChange={(event) => put([one], event.currentTarget.checked)} />)}</div>}
  </div>;
}

/** Groups of which some are chosen are open; with nothing chosen the first shows what there is. */
export function EventFields({ value, error, onChange }: { value: readonly HookEvent[]; error: string | undefined; onChange: (events: HookEvent[]) => void }) {
  // those that we do not know yet stay chosen
  const put: Choice['put'] = (events, on) => onChange([...allEvents.filter((one) => events.includes(one) ? on : value.includes(one)), ...value.filter((one) => !allEvents.includes(one))]);
  const isPart = (of: EventGroup) => eventGroups[of].some((one) => value.includes(one)) && !eventGroups[of].every((one) => value.includes(one));
  return <Input.Wrapper label={words.events} description={words.eventsHelp} required labelElement="div" error={error}>
    <div className="event-groups">{groups.map((of, i) => <Group key={of} of={of} value={value} put={put} opens={isPart(of) || (value.length === 0 && i === 0)} />)}</div>
  </Input.Wrapper>;
}
