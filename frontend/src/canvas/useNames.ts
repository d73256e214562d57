/** Tells copying and pasting what connections, models and so on are called. */
import { useEffect } from "react";
import { useConnections, useFlows, useModels, useTables } from "@/api/queries";
import { provideNames } from "@/store/clipboard";

type Named = { id: string; name: string };

export function useNames(): void {
  const connection = useConnections().data;
  const model = useModels().data;
  const table = useTables().data;
  const flow = useFlows().data;
  useEffect(() => {
    provideNames({
      ...(connection && { connection: byId(connection) }),
      ...(model && { model: byId(model) }),
      ...(table && { table: byId(table) }),
      ...(flow && { flow: byId(flow) }),
    });
  }, [connection, model, table, flow]);
}

function byId(rows: readonly Named[]): Record<string, string> {
  return Object.fromEntries(rows.map(({ id, name }) => [id, name]));
}
