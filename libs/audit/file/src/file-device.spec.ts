import { mkdtemp, readFile, rename, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppendFile } from './append-file';
import { Batching } from './batching';
import { fileDeviceType, streamDevice } from './file-device';

describe('the file device', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'audit-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const at = (name: string) => join(folder, name);
  const linesOf = async (name: string) => (await readFile(at(name), 'utf8')).split('\n').slice(0, -1);

  it('has a line in the file before it says so, and all of them in order', async () => {
    const device = await fileDeviceType.open({ file_path: at('dir/a.log') });
    await device.write('one');
    expect(await linesOf('dir/a.log')).toEqual(['one']);
    const many = Array.from({ length: 500 }, (_, n) => `line ${n}`);
    await Promise.all(many.map((line) => device.write(line)));
    expect(await linesOf('dir/a.log')).toEqual(['one', ...many]);
    await device.close();
  });

  it('appends to what is there, also beside another device', async () => {
    const [a, b] = [await fileDeviceType.open({ path: at('a') }), await fileDeviceType.open({ file_path: at('a') })];
    await a.write('from a');
    await b.write('from b');
    await Promise.all([a.close(), b.close()]);
    const again = await fileDeviceType.open({ path: at('a') });
    await again.write('again');
    await again.close();
    expect(await linesOf('a')).toEqual(['from a', 'from b', 'again']);
  });

  it('goes on in a new file after a rotation', async () => {
    const device = await fileDeviceType.open({ path: at('a') });
    const writing = [device.write('1'), device.write('2')];
    await rename(at('a'), at('old'));
    await device.reopen();
    await Promise.all([...writing, device.write('3')]);
    expect([await linesOf('old'), await linesOf('a')]).toEqual([['1', '2'], ['3']]);
    await device.close();
  });

  it.each([
    [undefined, 0o600],
    ['0640', 0o640],
    ['', 0o600],
  ])('with mode %j has permissions %o', async (mode, expected) => {
    const device = await fileDeviceType.open({ path: at('a'), ...(mode !== undefined && { mode }) });
    expect((await stat(at('a'))).mode & 0o777).toBe(expected);
    await device.close();
  });

  it.each([
    [{}, '"file_path" is required, in "options"'],
    [{ path: 'x', mode: 'rw' }, `unable to parse 'mode'`],
    [{ path: 'x', mode: '0755' }, 'execution'],
  ])('refuses %j', async (options, text) => {
    await expect(fileDeviceType.open(options)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining(text),
    });
  });

  it('says why a file cannot be opened', async () => {
    await expect(fileDeviceType.open({ path: folder })).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/sanity check failed.*EISDIR/),
    });
  });

  it('has destinations that are no files', async () => {
    const device = await fileDeviceType.open({ file_path: 'discard' });
    await device.write('x');
    await device.reopen();
    await device.close();
    const written: string[] = [];
    const stream = { write: (text: string, done: (error?: Error) => void) => (written.push(text), done(), true) };
    const console = streamDevice(stream as never);
    await Promise.all([console.write('a'), console.write('b')]);
    expect(written).toEqual(['a\nb\n']);
  });

  it('tries anew after a failure', async () => {
    const file = new AppendFile({ path: at('dir'), mode: 0o600 });
    await rm(folder, { recursive: true });
    await fileDeviceType.open({ path: at('dir/inner') }).then((device) => device.close());
    await expect(file.append('x\n')).rejects.toMatchObject({ code: 'EISDIR' });
    await rm(at('dir'), { recursive: true });
    await file.append('y\n');
    expect(await linesOf('dir')).toEqual(['y']);
    await file.close();
  });

  it('appends after a file was cut from outside', async () => {
    const device = await fileDeviceType.open({ path: at('a') });
    await device.write('1');
    await truncate(at('a'));
    await device.write('2');
    expect(await linesOf('a')).toEqual(['2']);
    await device.close();
  });
});

describe('Batching', () => {
  it('joins what comes in one turn, and what comes during a write', async () => {
    const writes: string[] = [];
    let finish = (): void => {};
    const batching = new Batching((text) => {
      writes.push(text);
      return new Promise((resolve) => (finish = resolve));
    });
    const first = [batching.write('a'), batching.write('b')];
    while (writes.length === 0) await new Promise(setImmediate);
    const second = [batching.write('c'), batching.write('d')];
    expect(writes).toEqual(['ab']);
    finish();
    await Promise.all(first);
    while (writes.length === 1) await new Promise(setImmediate);
    finish();
    await Promise.all(second);
    expect(writes).toEqual(['ab', 'cd']);
  });

  it('fails those whose text was in the failed write, and only those', async () => {
    let calls = 0;
    const batching = new Batching(async () => {
      if (calls++ === 0) throw new Error('full');
    });
    const [a, b] = [batching.write('a'), batching.write('b')];
    await expect(a).rejects.toThrow('full');
    await expect(b).rejects.toThrow('full');
    await batching.write('c');
  });
});
