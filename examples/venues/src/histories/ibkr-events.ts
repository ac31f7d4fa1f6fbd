import { type CommissionReport, EventName, type Execution } from '@stoqey/ib';
import { Decoder } from '@stoqey/ib/dist/core/io/decoder.js';
import { serverVersion } from '../ibkr/messages.ts';
import type { TwsFields } from '../ibkr/tws-socket.ts';
import { commissionFee, executionUpdate, statusUpdate } from '../ibkr/updates.ts';
import type { Message } from './dialect.ts';

/** What a bot makes of a message of TWS, after the client has read it. */
export function ibkrEvents(fields: TwsFields): Message[] {
  const messages: Message[] = [];
  const decoder = new Decoder({
    serverVersion,
    emitEvent(name, ...args) {
      if (name === EventName.orderStatus) {
        const [, ...status] = args as [number, string, number, number, number];
        messages.push({ update: statusUpdate(...status) });
      } else if (name === EventName.execDetails) messages.push({ update: executionUpdate(args[2] as Execution) });
      else if (name === EventName.commissionReport) messages.push({ fee: commissionFee(args[0] as CommissionReport) });
    },
    emitError(message) {
      throw new Error(message);
    },
    emitInfo() {},
  });
  decoder.enqueueMessage(fields.map(String));
  decoder.process();
  return messages;
}
