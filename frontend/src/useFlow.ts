/** Loads everything the canvas needs before it is drawn, and opens the flow in the stores. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { setCsrfToken } from "@/api/client";
import { api } from "@/api/endpoints";
import { flowKey } from "@/api/queries";
import { Catalogue } from "@/graph/catalogue";
import { page } from "@/page";
import { useEditor } from "@/store/editor";
import { startSaver } from "@/store/saver";

async function load() {
  const [session, catalogue, flow, draft] = await Promise.all([
    api.session(),
    api.catalogue(),
    api.flow(page.flow),
    api.draft(page.flow),
  ]);
  return { session, catalogue, flow, draft };
}

export function useFlow() {
  const client = useQueryClient();
  const [ready, setReady] = useState(false);
  const loaded = useQuery({ queryKey: ["open", page.flow], queryFn: load, staleTime: Infinity });
  useEffect(() => {
    if (!loaded.data) return;
    const { session, catalogue, flow, draft } = loaded.data;
    setCsrfToken(session.csrf_token);
    client.setQueryData(["session"], session);
    client.setQueryData(flowKey, flow);
    useEditor.getState().open({
      flowId: flow.id,
      flowName: flow.name,
      catalogue: new Catalogue(catalogue),
      graph: draft.graph,
      revision: draft.revision,
      issues: draft.issues,
      readOnly: !["editor", "admin"].includes(session.workspace.role),
    });
    const saver = startSaver(flow.id);
    saver.recover();
    document.title = `${flow.name} · Segue`;
    setReady(true);
    return () => saver.stop();
  }, [loaded.data, client]);
  return { ready, error: loaded.error, retry: () => void loaded.refetch() };
}
