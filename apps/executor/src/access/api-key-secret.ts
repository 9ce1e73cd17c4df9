import { createHash, randomBytes } from 'node:crypto';
import { API_KEY_BYTES, composeApiKey, type TenantName } from '@action-do/contracts';

/** Makes an API key of random bytes of the kernel's. */
export const makeApiKey = (tenant: TenantName): { key: string; keyId: string } =>
  composeApiKey(tenant, randomBytes(API_KEY_BYTES));

/** Hex SHA-256 of the whole key. A 160-bit random secret cannot be guessed, so no salt or pepper is needed. */
export const digestApiKey = (key: string): string => createHash('sha256').update(key).digest('hex');
