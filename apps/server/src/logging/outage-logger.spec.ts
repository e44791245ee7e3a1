import { type Logger, reasonOf, TidelockError } from '@tidelock/kernel';
import { OutageLogger } from './outage-logger';

function recorded() {
  const lines: string[] = [];
  const at =
    (level: string) =>
    (message: string): void =>
      void lines.push(`${level} ${message}`);
  const log: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { lines, logger: new OutageLogger(log) };
}

describe('OutageLogger', () => {
  it.each(['STORAGE_UNAVAILABLE', 'FENCED', 'COMMIT_UNKNOWN'] as const)(
    'leaves what fails because of %s to those who look closer',
    (code) => {
      const { lines, logger } = recorded();
      const reason = reasonOf(new Error('the sweep', { cause: new TidelockError(code) }));
      logger.error('a loop failed', { reason });
      logger.warn('another did', { reason });
      expect(lines).toEqual(['debug a loop failed', 'debug another did']);
    },
  );

  it('hands on everything else as it is', () => {
    const { lines, logger } = recorded();
    logger.error('broken', { reason: 'a fault of its own' });
    logger.error('broken');
    logger.warn('odd', { reason: 5 });
    logger.info('told', { reason: reasonOf(new TidelockError('STORAGE_UNAVAILABLE')) });
    logger.debug('detail');
    expect(lines).toEqual(['error broken', 'error broken', 'warn odd', 'info told', 'debug detail']);
  });
});
