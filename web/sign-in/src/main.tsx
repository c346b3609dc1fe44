import { render } from 'preact';
import { startLook } from '../../shared/look.tsx';
import { App } from './app.tsx';

startLook();
render(<App />, document.getElementById('app') as HTMLElement);
