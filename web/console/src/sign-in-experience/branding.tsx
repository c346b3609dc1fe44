import { useThing } from '../api/query.ts';
import { t } from '../locales/index.ts';
import { brandBody, brandFaults, BrandFields, brandOf, brandPaths, lookOf } from '../ui/brand-fields.tsx';
import { Callout } from '../ui/callout.tsx';
import { SaveForm } from '../ui/save-form.tsx';
import { experience, update } from './api.ts';
import { ExperiencePreview } from './preview.tsx';

export default function Branding() {
  const it = useThing(experience()).data, words = t.experience.branding;
  if (!it) return null;	// the page above shows why
  return <SaveForm initial={brandOf(it, it.color)} calls={(values) => [update(brandBody(values))]} paths={brandPaths} check={brandFaults}>
    {(form) => <div className="side-by-side">
      <div><Callout title={words.title}>{words.text}</Callout><BrandFields form={form} /></div>
      <ExperiencePreview look={lookOf(form.values)} />
    </div>}
  </SaveForm>;
}
