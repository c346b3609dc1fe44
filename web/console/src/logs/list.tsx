import { t } from '../locales/index.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { LogTable } from './table.tsx';

export default function AuditLogs() {
  return <><PageHeader title={t.logs.title} text={t.logs.text} /><LogTable /></>;
}
