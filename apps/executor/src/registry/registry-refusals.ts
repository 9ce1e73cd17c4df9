import {
  type ActionContract,
  type ActionRef,
  type Issue,
  type Problem,
  problem,
  refText,
} from '@action-do/contracts';
import { ACTION_WEIGHT_MAX, VERSION_WEIGHT_MIN } from '@action-do/domain';
import { pathInDocument } from './contract-of-document.js';

/** The form in which a contract was given, so that it is spoken of in the same words: `defineAction` has those of a document. */
export type Form = 'contract' | 'document' | 'definition';

const pathIn = (form: Form, path: string): string =>
  form === 'contract' ? `contract.${path}` : pathInDocument(path);

/** @param issues by paths in the contract */
export function unusable(form: Form, issues: readonly Issue[]): Problem {
  const named = issues.map((issue) => ({ ...issue, path: pathIn(form, issue.path) }));
  const [first] = named;
  return problem('REQUEST_INVALID', {
    detail: `The ${form} cannot be used: ${first?.path} ${first?.message}.`,
    issues: named,
  });
}

/** `properties.<name>.default`: of a param that is new nobody counts on anything yet. */
const OF_DEFAULT = /\.properties(?:\.[^.[\]]+|\["[^"]*"\])\.default$/;

/** @param path in the contract */
export function breaks(form: Form, { name, version }: ActionContract, path: string): Problem {
  const named = pathIn(form, path);
  const why = OF_DEFAULT.test(path)
    ? `to which this one does not fit at ${named}: a new default has to be one that can be told to be valid, and one that stands may neither change nor go`
    : `which this one breaks at ${named}: callers and executions under way count on it`;
  const message = OF_DEFAULT.test(path)
    ? 'is changed, gone, or not known to be valid'
    : 'breaks what is registered';
  return problem('CONTRACT_CONFLICT', {
    detail: `${name} version ${version} is registered with another contract, ${why}.`,
    issues: [{ path: named, code: 'differs', message }],
  });
}

export const tooLarge = ({ name, version }: ActionRef, weight: number): Problem =>
  problem('PAYLOAD_TOO_LARGE', {
    detail: `With version ${version} the versions of ${name} would weigh ${weight}, and may weigh ${ACTION_WEIGHT_MAX}: characters of their contracts, ${VERSION_WEIGHT_MIN} for each at least, those of retired versions included. Make its schemas smaller, or give the action another name.`,
  });

export const performedHere = ({ name, version }: ActionRef): Problem =>
  problem('CONTRACT_CONFLICT', {
    detail: `${name} version ${version} is performed by the executor itself: take it out of DO_ACTIONS, or register another version.`,
  });

export const noHttp = (): Problem =>
  problem('REQUEST_INVALID', {
    detail: 'Actions over HTTP are not configured: DO_HTTP_ALLOW names the hosts that may be called.',
    issues: [{ path: 'target.kind', code: 'not_configured', message: 'is not configured: DO_HTTP_ALLOW' }],
  });

const SUCCESSOR = {
  'successor-itself': 'is the version itself',
  'successor-unknown': 'is not registered',
  'successor-retired': 'is retired itself',
} as const;

export function wrongSuccessor(why: keyof typeof SUCCESSOR, successor: ActionRef): Problem {
  const message = SUCCESSOR[why];
  return problem('REQUEST_INVALID', {
    detail: `The successor ${refText(successor)} ${message}.`,
    issues: [{ path: 'successor', code: why, message }],
  });
}
