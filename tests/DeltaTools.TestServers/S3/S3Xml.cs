using System.Globalization;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace DeltaTools.TestServers.S3;

/// <summary>Answers and requests of S3 in XML.</summary>
internal static class S3Xml
{
    private static readonly XNamespace s_namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    public static XElement Element(string name, params object?[] content) => new(s_namespace + name, content);

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static Task WriteAsync(HttpResponse response, XElement root)
    {
        response.ContentType = "application/xml";
        return response.WriteAsync("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.ToString(SaveOptions.DisableFormatting));
    }

    public static Task WriteErrorAsync(HttpResponse response, ServiceError error) => WriteAsync(response, new XElement(
        "Error",
        new XElement("Code", error.Code), new XElement("Message", error.Message),
        error.Details.Select(d => new XElement(d.Key, d.Value)),
        new XElement("RequestId", "TESTREQUEST00001"), new XElement("HostId", "test")));

    /// <exception cref="ServiceErrorException">MalformedXML.</exception>
    public static XElement Read(byte[] body, string root)
    {
        try
        {
            using var stream = new MemoryStream(body);
            XElement element = XElement.Load(stream);
            if (element.Name.LocalName == root) return element;
        }
        catch (System.Xml.XmlException)
        {
            // As for a wrong root.
        }
        throw new ServiceErrorException(400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");
    }

    public static IEnumerable<XElement> Children(XElement parent, string name) => parent.Elements().Where(e => e.Name.LocalName == name);

    public static string? Text(XElement parent, string name) => Children(parent, name).FirstOrDefault()?.Value;
}
