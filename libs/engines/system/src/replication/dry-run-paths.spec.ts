import type { ReplicationService } from '@tidelock/engine-api';
import { engineRequest } from '@tidelock/engine-testing';
import { ReplicationPrimaryPaths } from './primary.paths';
import { ReplicationQuarantinePaths } from './quarantine.paths';
import { ReplicationRolePaths } from './role-changes.paths';

const MUTATION = { index: 7, epoch: 1, time: 0, path: 'kv/a', requestId: 'r' };
const SHOWN = { index: 7, epoch: 1, time: '1970-01-01T00:00:00.000000000Z', path: 'kv/a', request_id: 'r' };

/** Says what each would do; that it does anything is an error. */
class OnlyTried {
  previewRevocation = async (id: string) => ({ facts: { would: `revoke ${id}` }, warnings: ['it has keys'] });
  previewUpdatePrimary = async (update: unknown) => ({ would: JSON.stringify(update ?? 'none') });
  previewQuarantined = async (change: string, indexes: unknown) => ({
    would: `${change} ${JSON.stringify(indexes)}`,
    mutations: [MUTATION],
    ...(change === 'reapply' && { refused: [{ index: 7, reason: 'no' }] }),
  });
}

describe('dry_run', () => {
  const replication = new OnlyTried() as unknown as ReplicationService;
  const request = <Body extends object>(body: Body) => engineRequest<Body>({ body });

  it('of revoke-secondary tells what it would do, with its warnings', async () => {
    expect(await new ReplicationPrimaryPaths(replication).revoke(request({ id: 'us', dry_run: true }))).toEqual({
      data: { would: 'revoke us' },
      warnings: ['it has keys'],
    });
  });

  it.each([
    [{ token: '' }, '"none"'],
    [{ update_primary_addrs: ['https://a:1'] }, '{"addresses":["https://a:1"]}'],
    [{ token: 't' }, '{"activation":{"token":"t"}}'],
  ])('of update-primary with %j', async (body, would) => {
    const paths = new ReplicationRolePaths(replication);
    expect(await paths.updatePrimary(request({ ...body, dry_run: true }))).toEqual({ data: { would } });
    await expect(paths.updatePrimary(request({ dry_run: true }))).rejects.toMatchObject({ status: 400 });
  });

  it('of discard and reapply names the mutations, without their values', async () => {
    const paths = new ReplicationQuarantinePaths(replication);
    expect(await paths.discard(request({ indexes: ['7'], dry_run: true }))).toEqual({
      data: { would: 'discard [7]', mutations: [SHOWN] },
    });
    expect(await paths.reapply(request({ all: true, dry_run: true }))).toEqual({
      data: { would: 'reapply "all"', mutations: [SHOWN], refused: [{ index: 7, reason: 'no' }] },
    });
    await expect(paths.discard(request({ dry_run: true }))).rejects.toMatchObject({ status: 400 });
  });
});
