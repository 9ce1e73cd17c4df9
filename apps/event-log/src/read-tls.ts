import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { ConfigError } from '@action-do/service-kit';
import { EVENT_LOG_VARIABLES, type EventLogConfig } from './config.js';

type TlsVariable = 'DO_EVENT_LOG_TLS_CERT' | 'DO_EVENT_LOG_TLS_KEY';

/**
 * What the log speaks TLS with; undefined where it does not.
 * @throws ConfigError a file cannot be read, or the two are no certificate and its key
 */
export function readTls(
  config: Pick<EventLogConfig, TlsVariable>,
  from: string,
): { readonly cert: Buffer; readonly key: Buffer } | undefined {
  const { DO_EVENT_LOG_TLS_CERT: certFile, DO_EVENT_LOG_TLS_KEY: keyFile } = config;
  if (certFile === undefined || keyFile === undefined) return undefined;
  const cert = read('DO_EVENT_LOG_TLS_CERT', certFile, from);
  const key = read('DO_EVENT_LOG_TLS_KEY', keyFile, from);
  refuse('DO_EVENT_LOG_TLS_KEY', keyFile, 'is no key', () => createSecureContext({ key }));
  refuse('DO_EVENT_LOG_TLS_CERT', certFile, 'is no certificate of that key', () =>
    createSecureContext({ cert, key }),
  );
  return { cert, key };
}

const read = (name: TlsVariable, file: string, from: string): Buffer =>
  refuse(name, file, 'cannot be read', () => readFileSync(resolve(from, file)));

function refuse<R>(name: TlsVariable, file: string, what: string, attempt: () => R): R {
  try {
    return attempt();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const { example } = EVENT_LOG_VARIABLES[name];
    throw new ConfigError([
      `${name}=${JSON.stringify(file)}: ${what} (${reason}). Example: ${name}=${example}`,
    ]);
  }
}
