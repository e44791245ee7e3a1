import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringifyJson } from '@tidelock/kernel';
import type { Terminal } from '../call/terminal';
import { requestData } from './request-data';

describe('data from the command line', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'cli-data-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const terminal = (input = ''): Terminal => ({
    outputIsTerminal: false,
    canAsk: false,
    out() {},
    err() {},
    readAll: async () => input,
    askHidden: async () => '',
  });
  function file(content: string): string {
    const path = join(folder, `${Math.random()}.txt`);
    writeFileSync(path, content);
    return path;
  }

  it('takes pairs as texts, with all that follows the first equal sign', async () => {
    expect(await requestData(['a=1', 'b=x=y', 'c='], terminal())).toEqual({ a: '1', b: 'x=y', c: '' });
  });

  it('makes a list of a key that is given more than once', async () => {
    expect(await requestData(['a=1', 'a=2', 'a=3'], terminal())).toEqual({ a: ['1', '2', '3'] });
  });

  it('reads a value from a file as it is, line breaks included', async () => {
    expect(await requestData([`policy=@${file('path "*" {}\n')}`], terminal())).toEqual({ policy: 'path "*" {}\n' });
  });

  it('reads a value from the standard input', async () => {
    expect(await requestData(['a=-'], terminal('typed\n'))).toEqual({ a: 'typed\n' });
  });

  it('begins a value with @ where it is escaped', async () => {
    expect(await requestData(['a=\\@home'], terminal())).toEqual({ a: '@home' });
  });

  it('takes a whole document from a file or the standard input, its numbers to the letter', async () => {
    const document = '{"n":12345678901234567890,"f":1.50}';
    expect(stringifyJson(await requestData([`@${file(document)}`], terminal()))).toBe(document);
    expect(stringifyJson(await requestData(['-'], terminal(document)))).toBe(document);
  });

  it('adds pairs to a document', async () => {
    expect(await requestData(['-', 'b=2'], terminal('{"a":1}'))).toEqual({ a: 1, b: '2' });
  });

  it.each([
    [['novalue'], 'invalid key/value pair "novalue": format must be key=value'],
    [['=x'], 'format must be key=value'],
    [['a=-', '-'], 'can be read once only'],
    [['@/nowhere/x'], 'cannot read /nowhere/x'],
    [['a=@/nowhere/x'], 'cannot read /nowhere/x'],
  ])('refuses %j', async (words, text) => {
    await expect(requestData(words, terminal())).rejects.toThrow(text);
  });

  it('refuses what is no JSON object, without repeating what it read', async () => {
    for (const input of ['s3cret', '["s3cret"]', 'null', '']) {
      const error = await requestData(['-'], terminal(input)).catch((e: Error) => e);
      expect((error as Error).message).toBe('the standard input holds no JSON object');
    }
  });
});
