import { hostname } from 'node:os';
import { load } from './load-config.testing';

const listener = (headers: string, more = '') =>
  load(`storage "inmem" {} ${more}\nlistener "tcp" {\ntls_disable = true\ncustom_response_headers {\n${headers}\n}\n}`)
    .settings.listeners[0];

describe('custom_response_headers', () => {
  it('are read as Vault reads them, in its own example', () => {
    const example = `
      "default" = {
        "Strict-Transport-Security" = ["max-age=1","domains"],
        "x-own" = [" a ", ""]
      },
      "2xx" = { "X-Empty" = [""] },
      "404" = { "X-Own" = ["b"] }`;
    expect(listener(example)?.responseHeaders).toEqual({
      default: { 'Strict-Transport-Security': 'max-age=1; domains', 'X-Own': 'a' },
      '2xx': {},
      404: { 'X-Own': 'b' },
    });
    const json = {
      storage: { inmem: {} },
      listener: { tcp: { tls_disable: true, custom_response_headers: [{ default: [{ 'X-Own': ['a'] }] }] } },
    };
    expect(load(JSON.stringify(json)).settings.listeners[0]?.responseHeaders).toEqual({ default: { 'X-Own': 'a' } });
    expect(load('storage "inmem" {}').settings.listeners[0]).not.toHaveProperty('responseHeaders');
  });

  it('have the name of this host beside them where that is asked for', () => {
    const name = { 'X-Vault-Hostname': hostname() };
    expect(
      listener('default = { "X-Own" = ["a"] }', 'enable_response_header_hostname = true')?.responseHeaders,
    ).toEqual({ default: { 'X-Own': 'a', ...name } });
    expect(
      load('storage "inmem" {} enable_response_header_hostname = true').settings.listeners[0]?.responseHeaders,
    ).toEqual({ default: name });
  });

  it.each([
    ['"600" = {}', /tidelock\.hcl:4: listener "tcp": custom_response_headers: "600" must be a status/],
    ['"6xx" = {}', /"6xx" must be a status \(100 to 599\), a class of them \(1xx to 5xx\) or "default"/],
    ['default = "X-Own: a"', /"default" must be a map from names of headers to lists of values/],
    ['default = { "X-Own" = "a" }', /"default": the header "X-Own" must have a list of strings, such as \["value"\]/],
    ['default = { "X-Own" = [1] }', /the header "X-Own" must have a list of strings/],
    ['default = { "X Own" = ["a"] }', /the header "X Own" must have a name and values that HTTP permits/],
    ['default = { "X-Own" = ["a\\nb"] }', /the header "X-Own" must have a name and values that HTTP permits/],
    ['default = { "X-Vault-Own" = ["a"] }', /the header "X-Vault-Own" is the server's own: take it out/],
    ['"200" = { "content-length" = ["1"] }', /"200": the header "content-length" is the server's own/],
  ])('are refused as %s', (headers, message) => {
    expect(() => listener(headers)).toThrow(message);
  });
});
