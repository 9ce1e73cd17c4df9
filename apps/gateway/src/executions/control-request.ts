import { ControlBody, type ControlVerb, ResolveBody } from '@action-do/contracts';
import { readJsonBody } from '../http/read-json-body.js';

/** What HTTP carries in the body; which execution is meant stands in the path. */
export const ControlRequest = ControlBody.omit({ id: true }).meta({ id: 'ControlRequest' });
export const ResolveRequest = ResolveBody.omit({ id: true }).meta({ id: 'ResolveRequest' });

/**
 * From a request's body to that of the command.
 * @throws RequestRefused BODY_INVALID, PAYLOAD_TOO_LARGE
 */
export function readControlRequest(verb: ControlVerb, id: string, body: unknown): ControlBody | ResolveBody {
  if (verb === 'resolve') return { id, ...readJsonBody(ResolveRequest, body) };
  return { id, ...readJsonBody(ControlRequest, body) };
}
