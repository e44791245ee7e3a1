import 'reflect-metadata';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { IncomingRequest } from '@tidelock/core/pipeline';
import { silentLogger, TidelockError } from '@tidelock/kernel';
import type { ListenerTerms } from './arrival';
import { openEdge } from './edge.testing';
import { PublicListener } from './public-listener';

const pipeline = {
  async run({ path, refusal }: IncomingRequest) {
    if (refusal) throw refusal;
    if (path === 'denied') throw new TidelockError('PERMISSION_DENIED');
    return { status: 200, body: '{}', contentType: 'application/json', headers: { 'x-own': 'of the answer' } };
  },
};
const cors = { judge: async () => ({ allowedHeaders: ['X-Vault-Request'] }) };

describe("a listener's own terms", () => {
  let edge: Awaited<ReturnType<typeof openEdge>>;
  beforeAll(async () => {
    edge = await openEdge({ pipeline, cors, logger: silentLogger });
  });
  afterAll(() => edge.app.close());

  async function ask(
    terms: ListenerTerms,
    path: string,
    headers: Record<string, string | string[]> = {},
    method = 'GET',
  ) {
    const listener = new PublicListener(edge.router, { host: '127.0.0.1', port: 0, ...terms });
    const { port } = await listener.listen();
    const request = httpRequest({ host: '127.0.0.1', port, path, headers, method, agent: false }).end();
    const [response] = await once(request, 'response');
    let text = '';
    for await (const chunk of response) text += String(chunk);
    await listener.close(100);
    return { status: response.statusCode as number, headers: response.headers as Record<string, string>, text };
  }

  describe('that each request has X-Vault-Request: true', () => {
    const terms = { requireRequestHeader: true };

    it.each([[undefined], ['false'], ['TRUE'], [['true', 'true']]])('refuse one with %s', async (value) => {
      const { status, text } = await ask(terms, '/v1//a', value === undefined ? {} : { 'X-Vault-Request': value });
      expect([status, JSON.parse(text)]).toEqual([412, { errors: ['missing "X-Vault-Request" header'] }]);
    });

    it('let the others pass, and the question of a browser, which cannot have it', async () => {
      expect((await ask(terms, '/v1/a', { 'x-vault-request': 'true' })).status).toBe(200);
      expect(
        (await ask(terms, '/v1/a', { origin: 'http://a.example', 'access-control-request-method': 'PUT' }, 'OPTIONS'))
          .status,
      ).toBe(204);
    });

    it('are those of that listener alone', async () => {
      expect((await ask({}, '/v1/a')).status).toBe(200);
    });
  });

  describe('that its answers have headers', () => {
    const responseHeaders = {
      default: { 'Strict-Transport-Security': 'max-age=1', 'X-Own': 'default', 'X-Default': 'default' },
      '4xx': { 'X-Own': '4xx', 'X-Class': '4xx' },
      404: { 'X-Own': '404' },
    };

    it.each([
      ['/v1/a', 200, { 'x-own': 'default', 'x-default': 'default', 'x-class': undefined }],
      ['/v1/denied', 403, { 'x-own': '4xx', 'x-default': 'default', 'x-class': '4xx' }],
      ['/nowhere', 404, { 'x-own': '404', 'x-default': 'default', 'x-class': '4xx' }],
      ['/v1/a%zz', 400, { 'x-own': '4xx', 'x-default': 'default', 'x-class': '4xx' }],
      ['/v1//a', 307, { 'x-own': 'default', location: '/v1/a' }],
    ])('puts those of the status on the answer to %s', async (path, status, expected) => {
      const answer = await ask({ responseHeaders }, path);
      expect(answer.status).toBe(status);
      for (const [name, value] of Object.entries({
        ...expected,
        'strict-transport-security': 'max-age=1',
        'cache-control': 'no-store',
      })) {
        expect([name, answer.headers[name]]).toEqual([name, value]);
      }
    });

    it('leaves the answers of other listeners as they are', async () => {
      expect((await ask({}, '/v1/a')).headers).toMatchObject({
        'x-own': 'of the answer',
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
      });
    });
  });
});
