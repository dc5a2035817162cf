// The stand-alone page: the data stand beside it as JSON, which the browser never runs.
const place = document.getElementById("network");
if (place) window.murmuration = mount(place, JSON.parse(document.getElementById("network-data").textContent));
