const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A policy's text as sent by a client: older clients send it in base64. */
export function policyTextOf(sent: string): string {
  const compact = sent.replace(/[\r\n]/g, '');
  return compact !== '' && BASE64.test(compact) ? Buffer.from(compact, 'base64').toString('utf8') : sent;
}
