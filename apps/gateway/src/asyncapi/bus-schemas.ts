import {
  ActionsQuery,
  AuditEvent,
  AuditQuery,
  CatalogueAction,
  CatalogueVersion,
  ControlBody,
  DescribeQuestion,
  ExecuteBody,
  Execution,
  ExecutionsQuery,
  HandlerAbort,
  HandlerFailure,
  HandlerHeartbeat,
  HandlerProbeAnswer,
  HandlerQuestion,
  HandlerReport,
  HandlerUndo,
  ListedExecution,
  listOf,
  Problem,
  RegisterAnswer,
  RegisterCommand,
  ResolveBody,
  RetireAnswer,
  RetireCommand,
} from '@action-do/contracts';
import { schemaComponent } from '../openapi/schema-component.js';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const object = (required: readonly string[], properties: object) => ({
  type: 'object',
  required,
  properties,
});
const id = { type: 'string', maxLength: 128 };

/** Of an execution that goes on, and of one that is only looked at, there may be no result. */
export const outcomeOf = (result: object, execution: object) => object(['execution'], { result, execution });

/** Schemas of all bodies, by name. */
export const BUS_SCHEMAS: Readonly<Record<string, object>> = {
  Params: { type: 'object', description: 'By the schema of the action.' },
  Result: { description: 'By the schema of the action.' },
  ExecuteBody: schemaComponent(ExecuteBody),
  Execution: schemaComponent(Execution),
  Outcome: outcomeOf({}, ref('Execution')),
  Problem: schemaComponent(Problem),
  ExecutionQuestion: object(['id'], { id }),
  EventsQuestion: object(['id'], {
    id,
    cursor: { type: 'string', description: 'nextCursor of the page before' },
  }),
  EventsPage: object(['items'], {
    items: { type: 'array', items: schemaComponent(AuditEvent) },
    nextCursor: { type: 'string', description: 'only where there is more' },
  }),
  ControlBody: schemaComponent(ControlBody),
  ResolveBody: schemaComponent(ResolveBody),
  RegisterCommand: schemaComponent(RegisterCommand),
  RegisterAnswer: schemaComponent(RegisterAnswer),
  RetireCommand: schemaComponent(RetireCommand),
  RetireAnswer: schemaComponent(RetireAnswer),
  DescribeQuestion: schemaComponent(DescribeQuestion),
  DescribedAction: object(['action'], { action: schemaComponent(CatalogueAction) }),
  ExecutionsQuery: schemaComponent(ExecutionsQuery),
  ExecutionList: schemaComponent(listOf(ListedExecution)),
  AuditQuery: schemaComponent(AuditQuery),
  AuditEventList: schemaComponent(listOf(AuditEvent)),
  ActionsQuery: schemaComponent(ActionsQuery),
  ActionList: schemaComponent(listOf(CatalogueVersion)),
  HandlerUndo: schemaComponent(HandlerUndo),
  HandlerFailure: schemaComponent(HandlerFailure),
  HandlerProbeAnswer: schemaComponent(HandlerProbeAnswer),
  HandlerQuestion: schemaComponent(HandlerQuestion),
  HandlerReport: schemaComponent(HandlerReport),
  HandlerHeartbeat: schemaComponent(HandlerHeartbeat),
  HandlerAbort: schemaComponent(HandlerAbort),
};
