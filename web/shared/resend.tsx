// Sends a code again, after a while.
import { useEffect, useState } from 'preact/hooks';
import { t } from './page.ts';
import { useActionBy } from './ui.tsx';

const waitSeconds = 60;

export function Resend({ send }: { send: () => Promise<void> }) {
  const [left, setLeft] = useState(waitSeconds);
  const action = useActionBy((run) => run());
  useEffect(() => {
    const timer = setInterval(() => setLeft((n) => Math.max(n - 1, 0)), 1000);
    return () => clearInterval(timer);
  }, []);
  const again = () => void action.run(async () => {
    await send();
    setLeft(waitSeconds);
  });
  return (
    <p class="links">
      <button type="button" class="link" disabled={left > 0} onClick={again}>
        {left > 0 ? t('description.resend_in', { seconds: left }) : t('action.resend_code')}</button>
      {action.error && <span class="error" role="alert">{action.error.message}</span>}
    </p>
  );
}
