import type { AuditBroker, AuditResponse } from '@tidelock/core/audit';
import type { EngineResponse } from '@tidelock/engine-api';
import { AuditTrail } from './audit-trail';
import type { RequestContext } from './request/context';

/** What is put on record of an answer. */
async function recorded(response: EngineResponse): Promise<unknown> {
  const entries: AuditResponse[] = [];
  const broker = { response: async (entry: AuditResponse) => void entries.push(entry) } as unknown as AuditBroker;
  const incoming = { id: 'request-1', operation: 'read', path: 'pki/crl', data: {}, headers: {}, clientToken: '' };
  const context = { incoming, now: 0, warnings: [], response } as unknown as RequestContext;
  await new AuditTrail(broker, { at: () => undefined }, { now: () => 0 }).response(context);
  return entries[0]?.data;
}

describe('AuditTrail', () => {
  it('has the bytes of an answer that is no JSON, and of a stream, which it does not begin, none', async () => {
    const body = Buffer.from('crl');
    const begin = jest.fn();
    const stream = { [Symbol.asyncIterator]: begin };
    const contentType = 'application/pkix-crl';
    expect(await recorded({ raw: { body, contentType } })).toEqual({ http_raw_body: body });
    expect(await recorded({ raw: { body: stream, contentType } })).toBeUndefined();
    expect(begin).not.toHaveBeenCalled();
  });
});
