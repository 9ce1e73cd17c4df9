import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_KEY_BYTES, composeApiKey, parseApiKey, type TenantName } from '@action-do/contracts';
import { ConfigError, createPrivateFile } from '@action-do/service-kit';

/** What an operator would make and hand out: here it lies in the data folder, in the files that `npm start` keeps it in. */
export interface StackKeys {
  readonly masterKey: string;
  readonly apiKeyFile: string;
  /** Only when it was made now. */
  readonly firstKey: string | null;
  /** `<key id>:<digest>`, as DO_ROOT_KEY_DIGEST has it. */
  readonly rootKeyDigest: string;
}

const MASTER_KEY_BYTES = 32;

/** @throws ConfigError the folder holds the key of another tenant, or something that is no key */
export function keepKeys(dataDir: string, tenant: TenantName, givenMasterKey?: string): StackKeys {
  const apiKeyFile = join(dataDir, 'api-key');
  const isFirst = !existsSync(apiKeyFile);
  if (isFirst) createPrivateFile(apiKeyFile, `${composeApiKey(tenant, randomBytes(API_KEY_BYTES)).key}\n`);
  const key = readFileSync(apiKeyFile, 'utf8').trim();
  const parsed = parseApiKey(key);
  if (parsed === null)
    throw new ConfigError([`${apiKeyFile} holds no API key: move it away to have one made`]);
  if (parsed.tenant !== tenant)
    throw new ConfigError([
      `${apiKeyFile} holds the API key of tenant ${parsed.tenant}: start with DO_TENANT=${parsed.tenant}, or move that file away to begin tenant ${tenant}`,
    ]);
  return {
    masterKey: givenMasterKey ?? masterKeyIn(dataDir),
    apiKeyFile,
    firstKey: isFirst ? key : null,
    rootKeyDigest: `${parsed.keyId}:${createHash('sha256').update(key).digest('hex')}`,
  };
}

function masterKeyIn(dataDir: string): string {
  const file = join(dataDir, 'master-key');
  createPrivateFile(file, `${randomBytes(MASTER_KEY_BYTES).toString('hex')}\n`);
  return readFileSync(file, 'utf8').trim();
}
