// The account page: a person's profile, how they sign in, where they are signed in, and their organizations.
import { render } from 'preact';
import { startLook } from '../../shared/look.tsx';
import { App } from './app.tsx';
import { takeBack } from './social.ts';

takeBack();
startLook();
render(<App />, document.getElementById('app') as HTMLElement);
