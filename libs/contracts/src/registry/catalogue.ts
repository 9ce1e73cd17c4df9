import { z } from 'zod';
import { ActionPolicy } from '../action/policy.js';
import { JsonMap } from '../json.js';
import { ActionName } from '../names.js';
import { LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX } from '../query/list-query.js';
import { ActionTarget } from './action-target.js';
import { ActionRef } from './registry-events.js';

/** Whether somebody is there who would perform a call now. `unknown`: it could not be found out in time. */
export const Handlers = z.enum(['present', 'absent', 'unknown']);
export type Handlers = z.infer<typeof Handlers>;

const Actor = z.object({ type: z.string(), id: z.string() });
/** ISO 8601, UTC, milliseconds. */
const Time = z.string();

/** One version of one action, as the catalogue shows it. */
export const CatalogueVersion = z
  .object({
    name: z.string(),
    version: z.int(),
    description: z.string(),
    /** `retired`: takes no new work. */
    status: z.enum(['offered', 'retired']),
    policy: ActionPolicy,
    paramsJsonSchema: JsonMap,
    resultJsonSchema: JsonMap,
    hasProbe: z.boolean(),
    hasUndo: z.boolean(),
    target: ActionTarget,
    /** Of an HTTP service; else null. Without what signs the requests to it. */
    url: z.string().nullable(),
    digest: z.string(),
    registeredAt: Time,
    registeredBy: Actor,
    retiredAt: Time.nullable(),
    retiredBy: Actor.nullable(),
    retiredBecause: z.string().nullable(),
    successor: ActionRef.nullable(),
    handlers: Handlers,
  })
  .meta({ id: 'CatalogueVersion' });
export type CatalogueVersion = z.infer<typeof CatalogueVersion>;

/** All versions of one action, newest first. */
export const CatalogueAction = z
  .object({
    name: z.string(),
    /** The version that a call without one means; null where all are retired. */
    newest: z.int().nullable(),
    versions: z.array(CatalogueVersion),
    /** Only where older versions are left out, since all together are more than one message: the list has them. */
    incomplete: z.literal(true).optional(),
  })
  .meta({ id: 'CatalogueAction' });
export type CatalogueAction = z.infer<typeof CatalogueAction>;

/** Body of `registry.describe`. */
export const DescribeQuestion = z.strictObject({ name: ActionName });
export type DescribeQuestion = z.infer<typeof DescribeQuestion>;

/** Body of `registry.presence`, from a gateway: of which versions it has to say whether somebody is there. */
export const PresenceQuestion = z.strictObject({ versions: z.array(ActionRef).max(LIST_LIMIT_MAX) });
export type PresenceQuestion = z.infer<typeof PresenceQuestion>;

/** Its answer, in the order of the question. */
export const PresenceAnswer = z.object({ handlers: z.array(Handlers) });
export type PresenceAnswer = z.infer<typeof PresenceAnswer>;

const Names = z.array(z.string().min(1).max(255)).min(1).max(50);
const oneOf = (...names: string[]) =>
  z
    .array(z.string().regex(new RegExp(`^-?(${names.join('|')})$`), `one of ${names.join(', ')}`))
    .min(1)
    .max(50);

/** What `GET /v1/actions` and `do.v1.qry.<tenant>.action.list` take; ordered by name, then newest version first. */
export const ActionsQuery = z.strictObject({
  action: Names.optional(),
  status: oneOf('offered', 'retired').optional(),
  target: oneOf(...ActionTarget.options).optional(),
  limit: z.int().min(1).max(LIST_LIMIT_MAX).default(LIST_LIMIT_DEFAULT),
  cursor: z.string().max(255).optional(),
});
export type ActionsQuery = z.infer<typeof ActionsQuery>;
