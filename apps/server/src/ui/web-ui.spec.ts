import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebUi } from './web-ui';

describe('the web UI over HTTP', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-ui-'));
  mkdirSync(join(folder, 'assets'));
  for (const [name, text] of Object.entries({
    'index.html': '<!doctype html>start',
    'theme.js': 'theme',
    'manifest.json': '{}',
    'assets/a-1f.js': 'script',
    'assets/a-1f.js.br': 'script by brotli',
    'assets/a-1f.js.gz': 'script by gzip',
    'assets/inter-2e.woff2': 'font',
  }))
    writeFileSync(join(folder, name), text);
  afterAll(() => rmSync(folder, { recursive: true }));
  const ui = WebUi.from(folder);
  const get = (url: string, headers = {}, method = 'GET') => ui.answerTo({ method, url, headers });

  it('sends the start page for every address within it, also one with percent signs', () => {
    for (const url of [
      '/ui/',
      '/ui/vault/auth?with=token',
      '/ui/vault/secrets/a%20b',
      '/ui/manifest.json',
      '/ui/..%2f',
    ]) {
      expect(get(url)).toMatchObject({ status: 200, contentType: 'text/html; charset=utf-8' });
      expect(String(get(url)?.body)).toBe('<!doctype html>start');
    }
  });

  it('leads to it from the root', () => {
    for (const url of ['/', '/?a=b', '/ui', '/ui?a'])
      expect(get(url)).toMatchObject({ status: 307, headers: { Location: '/ui/' } });
  });

  it('knows nothing of other paths, and refuses what changes something', () => {
    for (const url of ['/v1/sys/health', '/uix', '/other']) expect(get(url)).toBeUndefined();
    expect(get('/ui/', {}, 'POST')).toMatchObject({ status: 405 });
    expect(get('/ui/assets/gone-0.js')).toMatchObject({ status: 404 });
  });

  it('sends what was compressed to who takes it', () => {
    const bodyFor = (accepted: string) => {
      const answer = get('/ui/assets/a-1f.js', { 'accept-encoding': accepted });
      return [answer?.headers['Content-Encoding'], String(answer?.body)];
    };
    expect(bodyFor('gzip, deflate, br')).toEqual(['br', 'script by brotli']);
    expect(bodyFor('br;q=0, gzip;q=0.5')).toEqual(['gzip', 'script by gzip']);
    expect(bodyFor('brotli')).toEqual([undefined, 'script']);
    expect(bodyFor('')).toEqual([undefined, 'script']);
    expect(get('/ui/assets/inter-2e.woff2', { 'accept-encoding': 'br' })?.headers).not.toHaveProperty(
      'Content-Encoding',
    );
  });

  it('has browsers keep what bears its digest, and ask anew for the rest', () => {
    expect(get('/ui/assets/a-1f.js')?.headers).toMatchObject({
      'Cache-Control': 'public, max-age=31536000, immutable',
    });
    const { ETag: etag, ...headers } = get('/ui/')?.headers as Record<string, string>;
    expect(headers['Cache-Control']).toBe('no-cache');
    expect(get('/ui/', { 'if-none-match': `"other", W/${etag}` })).toMatchObject({ status: 304 });
    expect(get('/ui/', { 'if-none-match': '"other"' })).toMatchObject({ status: 200 });
  });

  it('forbids everything that does not come from here', () => {
    for (const url of ['/ui/', '/ui/assets/a-1f.js', '/ui/assets/gone-0.js', '/']) {
      const policy = String(get(url)?.headers['Content-Security-Policy']);
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
    }
  });

  it('is not there when it is off, and says what to do when it was not built', () => {
    expect(WebUi.off.answerTo({ method: 'GET', url: '/ui/', headers: {} })).toBeUndefined();
    expect(WebUi.off.answerTo({ method: 'GET', url: '/', headers: {} })).toBeUndefined();
    expect(() => WebUi.from(join(folder, 'nowhere'))).toThrow('run "npm run build", or set "ui" to false');
  });
});
