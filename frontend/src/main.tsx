/** Starts the canvas in the page that Django serves. */
import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@/ui/global.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { App } from "@/App";
import { startI18n } from "@/i18n";
import { page } from "@/page";
import { cssVariables, theme } from "@/ui/theme";

const queries = new QueryClient({
  defaultOptions: { queries: { retry: 1, staleTime: 30_000, refetchOnWindowFocus: false } },
});

async function start(): Promise<void> {
  if (!page.root) return;
  await startI18n(page.language);
  createRoot(page.root).render(
    <QueryClientProvider client={queries}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        getStyleNonce={() => page.nonce}
      >
        <Notifications position="top-center" limit={3} />
        <App />
      </MantineProvider>
    </QueryClientProvider>,
  );
}

void start();
