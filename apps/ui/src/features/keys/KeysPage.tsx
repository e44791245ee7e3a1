import { useQuery } from '@tanstack/react-query';
import { useStatus } from '../../cluster/queries';
import { sealStatus } from '../../cluster/seal-status';
import { Alert } from '../../ui/Alert';
import { Card } from '../../ui/Card';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { PageHead } from '../../ui/PageHead';
import { BarrierKeyCard } from './BarrierKeyCard';
import { RekeyCard } from './RekeyCard';

export function KeysPage() {
  const isSecondary = useStatus().replication?.mode === 'secondary';
  return (
    <>
      <PageHead title="Keys" note="Unseal keys open the barrier; the barrier key seals what is stored." />
      {isSecondary && (
        <Alert kind="info" title="The keys are those of the primary.">
          They are changed there, and this cluster follows by itself.
        </Alert>
      )}
      {isSecondary ? <SharesCard /> : <RekeyCard />}
      <BarrierKeyCard isSecondary={isSecondary} />
    </>
  );
}

function SharesCard() {
  const read = useQuery(sealStatus);
  return (
    <Card title="Unseal keys">
      <Loaded of={read} lines={1}>
        {({ t, n }) => <Facts rows={[['Key threshold', `${t} of ${n}`]]} />}
      </Loaded>
    </Card>
  );
}
