import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { Callout } from '../ui/callout.tsx';
import { lookBody, lookFaults, LookFields, lookPaths, lookValues, shownLook, type LookValues } from '../ui/look.tsx';
import { SaveForm } from '../ui/save-form.tsx';
import { experience, update } from './api.ts';
import { ExperiencePreview } from './preview.tsx';

/** The tenant always has a look. */
const bodyOf = (values: LookValues) => {
  const { branding, color: { primaryColor = '', darkPrimaryColor = '', isDarkModeEnabled = false }, customCss } = lookBody(values);
  return { branding, color: { primaryColor, darkPrimaryColor, isDarkModeEnabled }, customCss };
};

export default function Branding() {
  const it = useThing(experience()).data, words = t.experience.branding;
  if (!it) return null;	// the page above shows why
  return <SaveForm initial={{ ...lookValues(it, it.color), on: true }} calls={(values) => [update(bodyOf(values))]} paths={lookPaths}
    check={lookFaults}>
    {(form) => <div className="side-by-side">
      <div><Callout title={words.title}>{words.text}</Callout><LookFields form={form} /></div>
      <ExperiencePreview look={shownLook(form.values)} />
    </div>}
  </SaveForm>;
}
