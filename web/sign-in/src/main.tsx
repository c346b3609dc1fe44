import { render } from 'preact';
import { startLook } from '../../shared/look.tsx';
import { App } from './app.tsx';
import { startPreview } from './preview.ts';

const show = (version: number) => render(<App key={version} />, document.getElementById('app') as HTMLElement);
let version = 0;

startLook();
startPreview(() => show(++version));	// another key: what was shown is made anew
show(version);
