import { Button } from '@mantine/core';
import { IconBook2, IconTrash } from '@tabler/icons-react';
import { useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { DetailLayout, type Tab } from '../ui/details.tsx';
import { one, type Application } from './api.ts';
import { GuidePanel, guidesFor } from './guides/panel.tsx';
import { isDevice, isMachine, kindOf, TypeIcon, typeName } from './kinds.tsx';
import { useDelete } from './list.tsx';

/** Which tabs an application has; contract: console-ux.md section 10. */
function tabsOf(app: Application): Tab[] {
  const { tabs } = t.applications, machine = isMachine(app);
  const all: [keyof typeof tabs, boolean][] = [['settings', true], ['roles', machine], ['logs', machine], ['organizations', machine],
    ['permissions', app.isThirdParty], ['branding', kindOf(app.type).hasBranding], ['rules', !machine]];
  return all.filter(([, has]) => has).map(([path]) => ({ path, label: tabs[path] }));
}

/** The application of this page. */
export function useApplication() {
  const { id } = useParams({ strict: false }) as { id: string };
  return useThing(one(id));
}

function GuideButton() {
  const navigate = useNavigate(), { pathname } = useLocation();
  return <Button variant="default" leftSection={<IconBook2 size={16} stroke={1.5} />} onClick={() => void navigate({ to: pathname, search: { guide: 'open' } as never })}>
    {t.applications.guide.title}</Button>;
}

export default function ApplicationDetails() {
  const navigate = useNavigate(), thing = useApplication(), app = thing.data;
  const { id } = useParams({ strict: false }) as { id: string };
  const askDelete = useDelete(() => void navigate({ to: app?.isThirdParty ? '/applications/third-party-applications' : '/applications' }));
  return <>
    <DetailLayout thing={thing} base={`/applications/${id}`} tabs={app ? tabsOf(app) : [{ path: 'settings', label: t.applications.tabs.settings }]}
      head={(it) => ({ title: it.name, id: it.id, idLabel: t.applications.id, icon: <TypeIcon type={it.type} device={isDevice(it)} large />,
        tags: [it.isThirdParty && t.applications.thirdPartyTag, typeName(it.type), isDevice(it) && t.applications.deviceFlow],
        button: guidesFor(it).length > 0 && <GuideButton />,
        actions: [{ label: t.common.delete, icon: IconTrash, danger: true, run: () => askDelete(it) }] })} />
    {app && <GuidePanel app={app} />}
  </>;
}
