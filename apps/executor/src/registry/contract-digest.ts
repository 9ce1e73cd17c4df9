import { createHash } from 'node:crypto';
import type { ActionContract } from '@action-do/contracts';
import { contractText } from '@action-do/domain';

export const digestOf = (contract: ActionContract): string =>
  createHash('sha256').update(contractText(contract)).digest('hex');
