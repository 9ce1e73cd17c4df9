import { execFileSync } from 'node:child_process';
import { type NatsServer, startNatsServer, temporaryFolder } from '@action-do/test-support';
import { root } from './repository.js';

/** As `infra/nats.conf` is made. */
export const natsConf = (...words: string[]): string =>
  execFileSync(process.execPath, [`${root}tools/nats-conf.mjs`, ...words], { encoding: 'utf8' });

/** A password for each variable that a configuration names. */
export function passwordsFor(conf: string): Record<string, string> {
  const names = [...conf.matchAll(/\$(DO_NATS_\w+_PASSWORD)/g)].map(([, name = '']) => name);
  return Object.fromEntries(names.map((name) => [name, `secret-of-${name}`]));
}

export interface AclServer {
  readonly server: NatsServer;
  /** With the user's name and password. */
  readonly urlOf: (role: string) => string;
  stop(): Promise<void>;
}

/** A real nats-server with this configuration. */
export async function startAclServer(conf: string): Promise<AclServer> {
  const folder = temporaryFolder('action-do-acl');
  const passwords = passwordsFor(conf);
  const server = await startNatsServer({
    config: conf,
    env: { ...passwords, DO_NATS_STORE_DIR: folder.path },
  });
  return {
    server,
    urlOf: (role) => {
      const password = passwords[`DO_NATS_${role.toUpperCase().replaceAll('-', '_')}_PASSWORD`];
      return `nats://${role}:${password}@127.0.0.1:${server.port}`;
    },
    stop: async () => {
      await server.stop();
      folder.remove();
    },
  };
}
