import type { TenantName } from './names.js';

/** Keyed hash of scope and key: the first 32 hex digits. Names a stream without telling what is in the key. */
export type ScopeHash = string & { readonly __brand: 'ScopeHash' };
/** `exe_<scope hash>-<generation>`: one doing of a key. */
export type ExecutionId = string & { readonly __brand: 'ExecutionId' };

const EXECUTION_ID = /^exe_([0-9a-f]{32})-([1-9][0-9]{0,8})$/;

export const actionStream = (tenant: TenantName, scope: ScopeHash): string => `action-${tenant}.${scope}`;
const ACTION_STREAM = /^action-([a-z0-9]+(?:-[a-z0-9]+)*)\.([0-9a-f]{32})$/;

/** Takes the name of an execution's stream apart; `null` for any other stream. */
export function parseActionStream(stream: string): { tenant: TenantName; scope: ScopeHash } | null {
  const match = ACTION_STREAM.exec(stream);
  if (!match) return null;
  const [, tenant = '', scope = ''] = match;
  return { tenant: tenant as TenantName, scope: scope as ScopeHash };
}

export const accessStream = (tenant: TenantName, keyId: string): string => `access-${tenant}.${keyId}`;
/** Prefix of all key streams of a tenant: finds the first key without reading anything else. */
export const accessStreamPrefix = (tenant: TenantName): string => `access-${tenant}.`;
export const tenantStream = (tenant: TenantName): string => `tenant-${tenant}`;
export const ACTION_STREAM_PREFIX = 'action-';
export const REGISTRY_STREAM_PREFIX = 'registry-';
export const ACCESS_STREAM_PREFIX = 'access-';
export const TENANT_STREAM_PREFIX = 'tenant-';
/** Holds the name of the log, which public positions begin with. */
export const LOG_IDENTITY_STREAM = 'log-identity';
/** Every stream that the platform writes: none of them is ever deleted or cut short. */
export const PRODUCT_STREAM_PREFIXES: readonly string[] = [
  ACTION_STREAM_PREFIX,
  REGISTRY_STREAM_PREFIX,
  ACCESS_STREAM_PREFIX,
  TENANT_STREAM_PREFIX,
  LOG_IDENTITY_STREAM,
];
export const registryStream = (tenant: TenantName, action: string): string => `registry-${tenant}.${action}`;
const REGISTRY_STREAM = /^registry-([a-z0-9]+(?:-[a-z0-9]+)*)\.[a-z0-9-]+$/;

/** Whose contracts a registry stream holds; `null` for any other stream. */
export function parseRegistryStream(stream: string): TenantName | null {
  const tenant = REGISTRY_STREAM.exec(stream)?.[1];
  return tenant === undefined ? null : (tenant as TenantName);
}

export const executionId = (scope: ScopeHash, generation: number): ExecutionId =>
  `exe_${scope}-${generation}` as ExecutionId;

/** Takes an execution id apart; `null` for anything that is not one. */
export function parseExecutionId(text: string): { scope: ScopeHash; generation: number } | null {
  const match = EXECUTION_ID.exec(text);
  if (!match) return null;
  const [, scope = '', generation = ''] = match;
  return { scope: scope as ScopeHash, generation: Number(generation) };
}

/** What is handed to the handler as its idempotency key: stays over attempts, raised with the epoch. */
export const effectKey = (scope: ScopeHash, epoch: number): string => `${scope}-${epoch}`;

/** The same for the handler's undo: stays over its attempts, and over a later undo of the same execution. */
export const undoKey = (execution: ExecutionId): string => `undo:${execution}`;

/** Takes a public position apart; `null` for anything that is not one. */
export function parsePublicPosition(text: string): { logId: string; position: bigint } | null {
  const match = /^(.{1,64})-(\d{1,19})$/.exec(text);
  if (!match) return null;
  const [, logId = '', position = ''] = match;
  return { logId, position: BigInt(position) };
}

/** `<log id>-<n>`: a position that says of which log it is, so that one of another log is refused. */
export const publicPosition = (logId: string, position: bigint): string => `${logId}-${position}`;
