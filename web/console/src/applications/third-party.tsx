import { ApplicationList } from './list.tsx';

export default function ThirdPartyApplications() {
  return <ApplicationList thirdParty />;
}
