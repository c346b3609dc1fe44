import { render } from 'preact';
import { startLook } from '../../shared/look.tsx';
import { App } from './app.tsx';
import { followConsole } from './preview.ts';

const show = () => render(<App />, document.getElementById('app') as HTMLElement);
startLook();
show();
followConsole(show);
