import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509CertificateGenerator } from '@peculiar/x509';
import { TestRuntime } from '@tidelock/core/runtime/testing';
import { CertificateExpiry } from './certificate-expiry';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-29T12:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'tidelock-expiry-'));

async function certificateUntil(name: string, end: number): Promise<string> {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=vault.example.com',
    notBefore: new Date(NOW - 400 * DAY),
    notAfter: new Date(end),
    keys: keys as never,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' } as never,
  });
  const file = join(folder, name);
  writeFileSync(file, `${certificate.toString('pem')}\n`);
  return file;
}

describe('the expiry of certificates', () => {
  const said: unknown[] = [];
  const logger = {
    debug: jest.fn(),
    info: jest.fn(),
    warn: (...parts: unknown[]) => void said.push(['warn', ...parts]),
    error: (...parts: unknown[]) => void said.push(['error', ...parts]),
  };
  const expiry = (file: string) => new CertificateExpiry([file], { now: () => NOW }, logger);
  beforeEach(() => void (said.length = 0));

  it('is no matter for a certificate that is good for longer than 30 days', async () => {
    expiry(await certificateUntil('long.pem', NOW + 31 * DAY)).check();
    expect(said).toEqual([]);
  });

  it('is warned about within 30 days, with file, date and days', async () => {
    const file = await certificateUntil('short.pem', NOW + 10 * DAY + 1000);
    expiry(file).check();
    expect(said).toEqual([
      ['warn', 'a certificate expires soon', { file, expires: '2026-12-09T12:00:01.000Z', daysLeft: 10 }],
    ]);
  });

  it('is an error once it is over', async () => {
    const file = await certificateUntil('over.pem', NOW - 1000);
    expiry(file).check();
    expect(said).toEqual([
      ['error', 'a certificate has expired: clients refuse it', { file, expires: '2026-11-29T11:59:59.000Z' }],
    ]);
  });

  it('is looked at again every day, and a file that is gone is said, not thrown', async () => {
    const runtime = new TestRuntime(NOW);
    const watched = await runtime.root.begin(expiry(join(folder, 'gone.pem')));
    await runtime.advance(2 * DAY + 1);
    await watched.end();
    await runtime.advance(5 * DAY);
    expect(said).toHaveLength(3);
    expect(said[0]).toEqual([
      'warn',
      'a certificate cannot be checked for its expiry',
      { file: join(folder, 'gone.pem'), reason: expect.stringContaining('ENOENT') },
    ]);
  });
});
