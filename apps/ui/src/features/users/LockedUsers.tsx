import type { Envelope } from '../../api/send';
import { useRead, useWrite } from '../../session/read';
import { Button } from '../../ui/Button';
import { Card } from '../../ui/Card';
import { Failure } from '../../ui/Failure';
import { flash } from '../../ui/flashes';
import { Table } from '../../ui/Table';
import { lockedUsers, readMount, unlock } from './calls';
import { type LockedAnswer, lockedNames } from './locked-names';

/** Who failed to log in too often, on this cluster: each counts for itself. */
export function LockedUsers({ mount }: { readonly mount: string }) {
  const accessor = useRead<Envelope<{ readonly accessor?: string }>>(readMount(mount)).data?.data.accessor;
  const locked = useRead<Envelope<LockedAnswer>>(lockedUsers(accessor ?? ''), { enabled: accessor !== undefined });
  const write = useWrite();
  if (accessor === undefined) return null;
  const names = lockedNames(locked.data?.data, accessor);
  if (names.length === 0) return <Failure of={locked.error} />;
  const unlockNow = (name: string): void =>
    write.mutate(unlock(accessor, name), { onSuccess: () => flash(`${name} may log in again.`) });
  return (
    <Card title="Locked out" badges={<small>{names.length}</small>}>
      <p>After too many wrong passwords, on this cluster alone. It ends by itself after some time.</p>
      <Failure of={write.error} />
      <Table caption="Locked out" columns={['Username', 'Actions']}>
        {names.map((name) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <Button aria-label={`Unlock ${name}`} busy={write.isPending} onClick={() => unlockNow(name)}>
                Unlock
              </Button>
            </td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
