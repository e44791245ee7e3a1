import { type AuditDeviceOrder, type AuditedHeader, AuditService, convertBody, pathsOf } from '@tidelock/engine-api';
import { engineRequest } from '@tidelock/engine-testing';
import { AuditDevicesPaths } from './audit-devices.paths';
import { AuditedHeadersPaths } from './audited-headers.paths';
import { AuditedHeaderBody, EnableAuditBody, HashBody } from './bodies';

/** Remembers what it was asked for. */
class RecordingAudit extends AuditService {
  readonly devices: AuditDeviceOrder[] = [];
  headersKept: Record<string, AuditedHeader> = {};

  list(): readonly AuditDeviceOrder[] {
    return this.devices;
  }
  async enable(_scope: unknown, order: AuditDeviceOrder): Promise<void> {
    this.devices.push({ ...order, path: `${order.path}/` });
  }
  async disable(_scope: unknown, path: string): Promise<void> {
    this.devices.splice(
      this.devices.findIndex((device) => device.path === `${path}/`),
      1,
    );
  }
  async hash(path: string, input: string): Promise<string> {
    return `hash of ${input} at ${path}`;
  }
  async headers(): Promise<Readonly<Record<string, AuditedHeader>>> {
    return this.headersKept;
  }
  async setHeader(_scope: unknown, name: string, header: AuditedHeader): Promise<void> {
    this.headersKept[name.toLowerCase()] = header;
  }
  async removeHeader(_scope: unknown, name: string): Promise<void> {
    delete this.headersKept[name.toLowerCase()];
  }
}

const at = <T extends object>(
  params: Record<string, string>,
  bodyClass: new () => T,
  raw: Record<string, unknown> = {},
) => engineRequest<T>({ params, raw, body: convertBody(bodyClass, raw).body });

describe('sys/audit', () => {
  const audit = new RecordingAudit();
  const paths = new AuditDevicesPaths(audit);

  it('enables, lists and disables devices', async () => {
    await paths.enable(
      at({ path: 'file' }, EnableAuditBody, {
        type: 'file',
        options: { file_path: '/x', log_raw: true },
        local: 'true',
      }),
    );
    const device = {
      path: 'file/',
      type: 'file',
      description: '',
      options: { file_path: '/x', log_raw: '1' },
      local: true,
    };
    expect(await paths.list()).toEqual({ data: { 'file/': device }, dataAtTopLevel: true });
    await paths.disable(engineRequest({ params: { path: 'file' } }));
    expect(await paths.list()).toEqual({ data: {}, dataAtTopLevel: true });
  });

  it('says what is missing', () => {
    expect(() => at({}, EnableAuditBody)).toThrow(
      expect.objectContaining({ errors: ['backend type must be specified as a string'] }),
    );
    expect(() => at({}, HashBody)).toThrow(expect.objectContaining({ errors: ['the "input" parameter is empty'] }));
  });

  it('hashes', async () => {
    expect(await paths.hash(at({ path: 'file' }, HashBody, { input: 'x' }))).toEqual({
      data: { hash: 'hash of x at file' },
      dataAtTopLevel: true,
    });
  });

  it('asks for sudo, except for a hash', () => {
    const open = [...pathsOf(AuditDevicesPaths), ...pathsOf(AuditedHeadersPaths)]
      .filter(({ sudo }) => !sudo)
      .map(({ pattern }) => pattern);
    expect(open).toEqual(['audit-hash/*path']);
  });
});

describe('sys/config/auditing/request-headers', () => {
  const paths = new AuditedHeadersPaths(new RecordingAudit());

  it('keeps, shows and forgets headers', async () => {
    await paths.write(at({ header: 'X-Trace' }, AuditedHeaderBody, { hmac: true }));
    await paths.write(at({ header: 'X-Plain' }, AuditedHeaderBody));
    expect((await paths.list(engineRequest())).data).toEqual({
      headers: { 'x-trace': { hmac: true }, 'x-plain': { hmac: false } },
    });
    expect((await paths.read(engineRequest({ params: { header: 'X-Trace' } }))).data).toEqual({
      'X-Trace': { hmac: true },
    });
    await paths.delete(engineRequest({ params: { header: 'x-trace' } }));
    for (const header of ['x-trace', 'constructor']) {
      await expect(paths.read(engineRequest({ params: { header } }))).rejects.toMatchObject({
        status: 400,
        message: 'Could not find header in config',
      });
    }
  });
});
