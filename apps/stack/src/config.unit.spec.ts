import { readConfig } from './config.js';

describe('a server that is named to the stack', () => {
  it.each(['DO_NATS_URL', 'DO_EVENT_STORE', 'DO_DATABASE_URL'])(
    'and is none, is refused without its password: %s',
    (name) => {
      const read = () => readConfig({ [name]: 'gateway:canary@host' });
      expect(read).toThrow(new RegExp(`^${name}=\\(not shown\\): must be .+ Example: ${name}=`));
      expect(read).not.toThrow(/canary/);
    },
  );
});
