// Starts the Console: first its language, since tables of texts are made when the application is loaded.
import '@fontsource-variable/inter/wght.css';
import './ui/mantine.css';
import './style.css';
import { loadLanguage } from './locales/index.ts';

await loadLanguage();
const { start } = await import('./app.tsx');
start(document.getElementById('app')!);
