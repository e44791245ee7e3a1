import type { RequestScope } from '@tidelock/engine-api';
import { TidelockError } from '@tidelock/kernel';
import { CorsSettings } from './cors-settings';

/** Replicated records in memory; commits at once. */
function room() {
  const records = new Map<string, Buffer>();
  const replicated = {
    get: async (key: string) => records.get(key),
    put: (key: string, value: Buffer) => void records.set(key, value),
    delete: (key: string) => void records.delete(key),
  };
  const scope = { replicated } as unknown as RequestScope;
  return { scope, replicated, cors: new CorsSettings({ replicated } as never) };
}

const configOf = (...allowed_origins: string[]) => ({ allowed_origins, allowed_headers: ['X-Own', 'X-Vault-Token'] });

describe('CorsSettings', () => {
  it('are off until somebody enables them, and after somebody disables them', async () => {
    const { cors, scope } = room();
    expect([await cors.read(scope), await cors.judge('http://a.example')]).toEqual([undefined, 'off']);
    await cors.enable(scope, configOf('http://a.example'));
    expect(await cors.judge('http://a.example')).not.toBe('off');
    await cors.disable(scope);
    expect(await cors.judge('http://a.example')).toBe('off');
  });

  it('tell the origins that are named from others, and each header once', async () => {
    const { cors, scope } = room();
    await cors.enable(scope, configOf('http://a.example', 'https://b.example'));
    const allowedHeaders = expect.arrayContaining([
      'Content-Type',
      'Authorization',
      'X-Vault-Token',
      'X-Own',
    ]) as string[];
    expect(await cors.judge('HTTP://A.example')).toEqual({ allowedHeaders });
    for (const other of ['https://a.example', 'http://a.example.evil', 'null', '*'])
      expect(await cors.judge(other)).toBe('refused');
    const { allowed_headers: headers } = (await cors.read(scope)) ?? { allowed_headers: [] };
    expect(headers.filter((name) => name === 'X-Vault-Token')).toHaveLength(1);
  });

  it('take * for all origins, alone', async () => {
    const { cors, scope } = room();
    await cors.enable(scope, configOf('*'));
    expect(await cors.judge('http://any.example')).toMatchObject({ allowedHeaders: expect.any(Array) as string[] });
    await expect(cors.enable(scope, configOf('*', 'http://a.example'))).rejects.toThrow(
      "to allow all origins the '*' must be the only value",
    );
    await expect(cors.enable(scope, configOf())).rejects.toThrow(
      'at least one origin or the wildcard must be provided',
    );
  });

  it('are off while they cannot be read', async () => {
    const sealed = new CorsSettings({
      replicated: {
        get: async () => {
          throw new TidelockError('SEALED');
        },
      },
    } as never);
    expect(await sealed.judge('http://a.example')).toBe('off');
  });
});
