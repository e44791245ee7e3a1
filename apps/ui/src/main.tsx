import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { router } from './router';
import { lookAfter } from './session/keeper';
import { Flashes } from './ui/Flashes';

// An answer of the API is an answer: to ask again at once is for the page to decide. There is a network as far as the server is reached.
const onError = (error: unknown): void => void lookAfter(error);
const queries = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: { retry: false, networkMode: 'always', refetchOnWindowFocus: true },
    mutations: { networkMode: 'always' },
  },
});

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
      <Flashes />
    </QueryClientProvider>
  </StrictMode>,
);
