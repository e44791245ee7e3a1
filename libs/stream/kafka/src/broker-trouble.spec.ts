import { KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError } from 'kafkajs';
import { brokerTrouble } from './broker-trouble';

const SETTINGS = {
  brokers: ['a:1'],
  topicPrefix: 't',
  sasl: { mechanism: 'scram-sha-512', username: 'us-east', password: 'hunter2' },
} as const;
const named = (name: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { name, ...more });

describe('trouble with the broker', () => {
  it('is told with the user whose credentials were refused', () => {
    const text = brokerTrouble(named('KafkaJSSASLAuthenticationError', 'invalid credentials'), SETTINGS);
    expect(text).toBe('the broker refused the credentials of User:us-east (SCRAM-SHA-512): invalid credentials');
  });

  it('is told with what was not allowed to whom, however kafkajs wrapped it', () => {
    const refusal = new KafkaJSProtocolError(
      named('x', 'Topic authorization failed', { type: 'TOPIC_AUTHORIZATION_FAILED', code: 29 }),
    );
    const wrapped = [
      refusal,
      new KafkaJSNumberOfRetriesExceeded(refusal, { retryCount: 5, retryTime: 1 }),
      named('KafkaJSAggregateError', 'Topic creation errors', { errors: [refusal] }),
    ];
    for (const error of wrapped)
      expect(brokerTrouble(error, SETTINGS)).toBe(
        'the broker does not allow User:us-east this: Topic authorization failed',
      );
    expect(brokerTrouble(Object.assign(refusal, { topic: 'c' }), SETTINGS)).toContain('at topic c');
  });

  it('names a right that may be missing when a group finds no coordinator', () => {
    expect(
      brokerTrouble(named('KafkaJSGroupCoordinatorNotFound', 'Failed to find group coordinator'), SETTINGS),
    ).toMatch(/does not allow User:us-east to read under its group's name/);
  });

  it("is kafkajs's own text otherwise, once, and never a password", () => {
    const lost = new KafkaJSNumberOfRetriesExceeded(
      named('KafkaJSConnectionError', 'Connection error: self-signed certificate'),
      { retryCount: 5, retryTime: 1 },
    );
    expect(brokerTrouble(lost, SETTINGS)).toBe('Connection error: self-signed certificate');
    expect(brokerTrouble('no error', SETTINGS)).toBe('no error');
    expect(brokerTrouble(new Error('ours', { cause: lost }), SETTINGS)).toMatch(/^ours: /);
    expect(
      brokerTrouble(named('KafkaJSProtocolError', 'unknown mechanism', { type: 'UNSUPPORTED_SASL_MECHANISM' }), {
        brokers: [],
        topicPrefix: 't',
      }),
    ).toBe('the broker refused the credentials of a client without credentials (no SASL): unknown mechanism');
  });
});
