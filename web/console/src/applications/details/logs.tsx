import { LogTable } from '../../logs/table.tsx';
import { useApplication } from '../details.tsx';

export default function ApplicationLogs() {
  const app = useApplication().data;
  return app ? <LogTable of={{ applicationId: app.id }} /> : null;	// the page above shows why
}
