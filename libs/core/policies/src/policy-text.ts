import { readJson } from '@tidelock/engine-api';
import type { ReplicatedReader, ReplicatedWriter } from '@tidelock/store';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A policy's text as sent by a client: older clients send it in base64. */
export function policyTextOf(sent: string): string {
  const compact = sent.replace(/[\r\n]/g, '');
  return compact !== '' && BASE64.test(compact) ? Buffer.from(compact, 'base64').toString('utf8') : sent;
}

/** As `putPolicyText` has stored it; `undefined` when there is none. */
export async function storedPolicyText(from: Pick<ReplicatedReader, 'get'>, key: string): Promise<string | undefined> {
  return (await readJson<{ readonly policy: string }>(from, key))?.policy;
}

export const putPolicyText = (to: Pick<ReplicatedWriter, 'put'>, key: string, policy: string): void =>
  to.put(key, Buffer.from(JSON.stringify({ policy }), 'utf8'));
