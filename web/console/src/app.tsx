// Providers and the router, nothing else.
import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { memory } from './api/query.ts';
import { styleNonce } from './page.ts';
import { makeRouter } from './router.tsx';
import { pages } from './routes.tsx';
import { Session } from './session.tsx';
import { cssVariables, theme } from './theme.ts';
import { ErrorBoundary } from './ui/failure.tsx';

const scheme = localStorageColorSchemeManager({ key: 'guildhall:console:theme' });

export function start(element: HTMLElement): void {
  const router = makeRouter(pages);
  createRoot(element).render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" colorSchemeManager={scheme}
      getStyleNonce={() => styleNonce}>
      <ErrorBoundary>
        <Session>
          <QueryClientProvider client={memory}><RouterProvider router={router} /></QueryClientProvider>
        </Session>
      </ErrorBoundary>
    </MantineProvider>,
  );
}
