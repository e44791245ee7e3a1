import { Link } from '@tanstack/react-router';
import { Tabs } from '../../ui/Tabs';

export const PolicyTabs = () => (
  <Tabs label="Policies">
    <Link to="/vault/policies/$kind" params={{ kind: 'acl' }} activeOptions={{ exact: true }}>
      ACL policies
    </Link>
    <Link to="/vault/policies/$kind" params={{ kind: 'password' }} activeOptions={{ exact: true }}>
      Password policies
    </Link>
    <Link to="/vault/policies/test" activeOptions={{ exact: true, includeSearch: false }}>
      Tester
    </Link>
  </Tabs>
);
