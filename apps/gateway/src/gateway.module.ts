import type { Bus } from '@action-do/messaging';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ApiKeyVerifier } from './access/verify-api-key.js';
import { AsyncApiController } from './asyncapi/asyncapi.controller.js';
import { Asker } from './bus/asker.js';
import { ControlController } from './executions/control.controller.js';
import { ExecuteActionController } from './executions/execute-action.controller.js';
import { ExecutionsController } from './executions/executions.controller.js';
import { ExecutorClient } from './executions/executor.client.js';
import { GATEWAY_LOG, type GatewayLog } from './gateway-log.js';
import { GATEWAY_NAME } from './gateway-name.js';
import { HealthController } from './health/health.controller.js';
import { ConnectionDrain } from './http/connection-drain.js';
import { ProblemFilter } from './http/problem.filter.js';
import { ListsController } from './lists/lists.controller.js';
import { ProjectorClient } from './lists/projector.client.js';
import { OfferedActions } from './openapi/offered-actions.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { HandlersClient } from './registry/handlers.client.js';
import { ListActionsController } from './registry/list-actions.controller.js';
import { RegistryController } from './registry/registry.controller.js';
import { ViewsController } from './views/views.controller.js';

export interface GatewayParts {
  readonly bus: Pick<Bus, 'request'>;
  readonly log: GatewayLog;
  /** Names this run of this gateway in the record. */
  readonly name: string;
  readonly nowMs: () => number;
}

/** HTTP in front of the bus: who is calling, is the request well formed, which status does an answer get. No data. */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest's dynamic modules are classes
export class GatewayModule {
  static register(
    { bus, log, name, nowMs }: GatewayParts,
    drain: Pick<ConnectionDrain, 'isDraining'>,
  ): DynamicModule {
    const asker = new Asker(bus);
    return {
      module: GatewayModule,
      controllers: [
        ExecuteActionController,
        ExecutionsController,
        ControlController,
        RegistryController,
        ListsController,
        ListActionsController,
        ViewsController,
        HealthController,
        OpenApiController,
        AsyncApiController,
      ],
      providers: [
        { provide: ExecutorClient, useValue: new ExecutorClient(asker) },
        { provide: ProjectorClient, useValue: new ProjectorClient(asker) },
        { provide: HandlersClient, useValue: new HandlersClient(asker) },
        { provide: ApiKeyVerifier, useValue: new ApiKeyVerifier(asker, nowMs) },
        { provide: Asker, useValue: asker },
        OfferedActions,
        { provide: ConnectionDrain, useValue: drain },
        { provide: GATEWAY_LOG, useValue: log },
        { provide: GATEWAY_NAME, useValue: name },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
