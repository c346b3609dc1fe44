import { useParams } from '@tanstack/react-router';
import { LogTable } from '../../logs/table.tsx';

export default function UserLogs() {
  const { id } = useParams({ strict: false }) as { id: string };
  return <LogTable of={{ userId: id }} />;
}
