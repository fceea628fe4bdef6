"use strict";
/* Runs in the browser when a notice comes, be a page open or not. The tag makes a repeated notice replace the first one. */

self.addEventListener("push", (event) => {
  const { title, text, url, tag, lang } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, { body: text, tag, lang, data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});
