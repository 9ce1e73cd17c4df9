import {
  type ActionContract,
  type ActionDocument,
  contractOf,
  type Problem,
  problem,
} from '@action-do/contracts';
import { ActionDefinitionError, resolvePolicy } from '@do-sdk/actions';

/**
 * The contract that a document means: the same that `defineAction` makes of the same words, defaults filled in by the same
 * function.
 */
export function contractOfDocument(
  document: ActionDocument,
): { readonly contract: ActionContract } | { readonly problem: Problem } {
  const { name, version, description, params, result, probe, undo } = document;
  try {
    const policy = resolvePolicy(document, (complaint) => {
      throw new ActionDefinitionError(name, complaint);
    });
    return {
      contract: contractOf({
        name,
        version,
        description,
        policy,
        paramsJsonSchema: params,
        resultJsonSchema: result,
        ...(probe ? { probe } : {}),
        ...(undo ? { undo } : {}),
      }),
    };
  } catch (error) {
    if (error instanceof ActionDefinitionError)
      return { problem: problem('REQUEST_INVALID', { detail: `${error.message}.` }) };
    throw error;
  }
}

const WORDS: readonly (readonly [contract: string, document: string])[] = [
  ['paramsJsonSchema', 'params'],
  ['resultJsonSchema', 'result'],
  ['hasProbe', 'probe'],
  ['hasUndo', 'undo'],
];

/** What a document calls it that is at this path of its contract. */
export function pathInDocument(path: string): string {
  const inPolicy = path.replace(/^policy\./, '');
  const [contract, document] = WORDS.find(([word]) => inPolicy.split(/[.[]/)[0] === word) ?? ['', ''];
  return document + inPolicy.slice(contract.length);
}
