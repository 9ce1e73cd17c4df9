import { UnsafeNatsServer } from './nats-errors.js';
import { assertSafeVersion } from './safe-version.js';

describe('versions of nats-server', () => {
  it.each(['2.9.10', '2.9.22', '2.8.99', '1.4.1', '2.10.0', '2.10.1', '2.10.1-RC.1', '0.0.0', '', 'dev'])(
    '%s is unsafe',
    (version) => {
      expect(() => assertSafeVersion(version)).toThrow(UnsafeNatsServer);
    },
  );

  it.each(['2.9.23', '2.9.30', '2.10.2', '2.10.27', '2.11.0', '2.12.1-beta', 'v2.10.7', '3.0.0'])(
    '%s is safe',
    (version) => {
      expect(() => assertSafeVersion(version)).not.toThrow();
    },
  );
});
