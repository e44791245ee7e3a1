import { useParams } from '@tanstack/react-router';
import { AsCommand } from '../../ui/AsCommand';
import { PageHead } from '../../ui/PageHead';
import { bare, listPath } from './calls';
import { LeaseFolder } from './LeaseFolder';
import { Steps } from './Steps';

export function LeaseFolderPage() {
  const { _splat = '' } = useParams({ from: '/frame/vault/access/leases/list/$' });
  const prefix = `${bare(_splat)}/`;
  return (
    <>
      <PageHead title={prefix} note={<Steps to={prefix} />}>
        <AsCommand request={{ method: 'GET', path: listPath(prefix), query: { list: 'true' } }} />
      </PageHead>
      {/* What is typed into a dialog is meant for one prefix. */}
      <LeaseFolder key={prefix} prefix={prefix} />
    </>
  );
}
