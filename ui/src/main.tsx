import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./tokens.css";
import "./base.css";
import "./i18n";
import { Locale } from "./i18n/Locale";
import { client } from "./api/queries";
import { router } from "./router";
import { applyTheme } from "./shell/theme";

applyTheme();
const place = document.getElementById("root");
if (!place) throw new Error("the page has no place for its contents");
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <Locale><RouterProvider router={router} /></Locale>
    </QueryClientProvider>
  </StrictMode>,
);
